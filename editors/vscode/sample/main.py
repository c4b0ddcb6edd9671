# Open problem.md beside this file, then ask AlphaCode for solutions here.
