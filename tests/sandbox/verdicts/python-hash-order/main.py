print(hash("alphacode") % 1000 == hash("alphacode") % 1000, list({"b", "a", "c", "d"}))
