import array, bisect, collections, copy, dataclasses, decimal, fractions, functools, heapq, io, itertools, json, math
import operator, os, queue, random, re, statistics, string, sys, threading, time, typing

counter = collections.Counter("abca")
print(counter.most_common(1), math.gcd(12, 18), fractions.Fraction(1, 3))
