#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
int main() {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    std::string name = "alphacode-hostile-" + std::to_string(now.tv_sec) + "-" + std::to_string(now.tv_nsec);
    const char *scratch = getenv("TMPDIR");
    for (std::string folder : {"/tmp", "/", ".", "..", "/usr/lib", "/dev/shm", "/var/tmp", "/run", scratch ? scratch : "."}) {
        std::string path = folder + "/" + name;
        if (open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0 && unlink(path.c_str()) == 0)
            printf("wrote to %s\n", folder.c_str());
        if (mkdir(path.c_str(), 0700) == 0 && rmdir(path.c_str()) == 0) printf("made a folder in %s\n", folder.c_str());
        if (symlink("/etc/passwd", path.c_str()) == 0 && unlink(path.c_str()) == 0)
            printf("made a symbolic link in %s\n", folder.c_str());
        if (link("main.cpp", path.c_str()) == 0 && unlink(path.c_str()) == 0)
            printf("made a hard link in %s\n", folder.c_str());
        if (mknod(path.c_str(), S_IFIFO | 0600, 0) == 0 && unlink(path.c_str()) == 0)
            printf("made a pipe in %s\n", folder.c_str());
    }
    puts("nothing");
}
