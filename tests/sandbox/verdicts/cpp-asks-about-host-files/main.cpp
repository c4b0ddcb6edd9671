#if __has_include("/etc/passwd") && __has_include("/proc/self/environ")
#error The host is readable.
#endif
#error It is not.
