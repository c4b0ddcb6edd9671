// Everything that a process can change, as far as it is let.
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
int main() {
    for (std::string folder : {".", "/tmp", "/dev/shm", (const char *)getenv("TMPDIR")}) {
        open((folder + "/alphacode-hostile-left").c_str(), O_WRONLY | O_CREAT, 0600);
        mkdir((folder + "/alphacode-hostile-folder").c_str(), 0);
        symlink("/etc/passwd", (folder + "/alphacode-hostile-link").c_str());
        mkfifo((folder + "/alphacode-hostile-pipe").c_str(), 0600);
    }
    shmget(0xa1fac0de, 4096, IPC_CREAT | 0600);
    setenv("LEFT", "x", 1);
    for (int i = 0; i < 3; i++) {
        lseek(i, 7, SEEK_SET);
        fcntl(i, F_SETFL, O_NONBLOCK | O_APPEND | O_ASYNC);
        fcntl(i, F_SETOWN, getpid());
        dup(i);
    }
    umask(0);
    chdir("/");
    rlimit limit = {1, 1};
    setrlimit(RLIMIT_NOFILE, &limit);
    setrlimit(RLIMIT_CORE, &limit);
    for (int i = 1; i < 65; i++) signal(i, SIG_IGN);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, nullptr);
    itimerval timer = {{100, 0}, {100, 0}};
    setitimer(ITIMER_REAL, &timer, nullptr);
    setpriority(PRIO_PROCESS, 0, 10);
    std::thread([] { pause(); }).detach();
    if (fork() == 0) sleep(5);
    _exit(0);
}
