import mmap

try:
    # Without a reservation, so that it costs nothing where it succeeds.
    mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | 0x4000)
    print("mapped")
except (OSError, MemoryError):
    pass
print("nothing")
