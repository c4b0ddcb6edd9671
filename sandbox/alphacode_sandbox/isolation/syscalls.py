"""System call numbers of x86_64 and aarch64, grouped by what a candidate program may do with them.

Each entry reads `name=x86_64/aarch64`, with `-` where an architecture has no such call. What is in no group
does not exist for a candidate: it gets ENOSYS, which C libraries answer by falling back to an older call.
The numbers of aarch64 come from the kernel's generic table and have not been tried on such a machine.
"""

ARCHITECTURES = ("x86_64", "aarch64")


def numbers(group: str, machine: str) -> tuple[int, ...]:
    """The numbers of a group on `machine`, one of `ARCHITECTURES`, in the group's order."""
    column = ARCHITECTURES.index(machine)
    found = (entry.partition("=")[2].split("/")[column] for entry in group.split())
    return tuple(int(number) for number in found if number != "-")


# Computing, reading what is mounted, writing to the descriptors it was given, threads and time.
ALLOWED = """
read=0/63 write=1/64 readv=19/65 writev=20/66 pread64=17/67 pwrite64=18/68 close=3/57 lseek=8/62 fstat=5/80
newfstatat=262/79 stat=4/- lstat=6/- statx=332/291 brk=12/214 mmap=9/222 munmap=11/215 mremap=25/216 mprotect=10/226
madvise=28/233 futex=202/98 exit_group=231/94 exit=60/93 rt_sigaction=13/134 rt_sigprocmask=14/135 rt_sigreturn=15/139
sigaltstack=131/132 rt_sigsuspend=130/133 rt_sigpending=127/136 rt_sigtimedwait=128/137 open=2/- openat=257/56
access=21/- faccessat=269/48 faccessat2=439/439 readlink=89/- readlinkat=267/78 getdents64=217/61 getcwd=79/17
dup=32/23 dup2=33/- dup3=292/24 close_range=436/436 pipe=22/- pipe2=293/59 poll=7/- ppoll=271/73
select=23/- pselect6=270/72 epoll_create1=291/20 epoll_ctl=233/21 epoll_wait=232/- epoll_pwait=281/22 eventfd2=290/19
clock_gettime=228/113 clock_getres=229/114 clock_nanosleep=230/115 nanosleep=35/101 gettimeofday=96/169 time=201/-
times=100/153 getrusage=98/165 getrlimit=97/163 setitimer=38/103 getitimer=36/102 alarm=37/- pause=34/-
timer_create=222/107 timer_settime=223/110 timer_delete=226/111 timer_gettime=224/108 getpid=39/172 getppid=110/173
gettid=186/178 getuid=102/174 geteuid=107/175 getgid=104/176 getegid=108/177 getpgrp=111/- getpgid=121/155
getsid=124/156 getgroups=115/158 getresuid=118/148 getresgid=120/150 uname=63/160 sysinfo=99/179 getrandom=318/278
set_tid_address=218/96 set_robust_list=273/99 get_robust_list=274/100 rseq=334/293 membarrier=324/283 arch_prctl=158/-
sched_yield=24/124 sched_getaffinity=204/123 sched_getparam=143/121 sched_getscheduler=145/120
sched_get_priority_max=146/125 sched_get_priority_min=147/126 getpriority=140/141
execve=59/221 wait4=61/260 waitid=247/95 restart_syscall=219/128 umask=95/166 chdir=80/49 fchdir=81/50 ftruncate=77/46
truncate=76/45 fsync=74/82 fdatasync=75/83 fadvise64=221/223 mincore=27/232 msync=26/227 mlock=149/228 munlock=150/229
getcpu=309/168
"""

# EPERM: programs try these for reasons of their own and can go on without.
REFUSED = """
fork=57/- vfork=58/- kill=62/129 memfd_create=319/279 shmget=29/194 shmat=30/196 shmctl=31/195 shmdt=67/197
setuid=105/146 setgid=106/144 setreuid=113/145 setregid=114/143 setresuid=117/147 setresgid=119/149 setgroups=116/159
setsid=112/157 setpgid=109/154 socketpair=53/199 execveat=322/281 mkdir=83/- mkdirat=258/34 unlink=87/-
unlinkat=263/35 rename=82/- renameat=264/38 renameat2=316/276 link=86/- linkat=265/37 symlink=88/- symlinkat=266/36
rmdir=84/- creat=85/- chmod=90/- fchmod=91/52 fchmodat=268/53 chown=92/- fchown=93/55 fchownat=260/54 utimensat=280/88
setrlimit=160/164 sched_setaffinity=203/122 sched_setscheduler=144/119 setpriority=141/140 personality=135/92
"""

# Ends the program with SIGSYS: no solution to a contest problem has a reason to try these.
KILLED = """
socket=41/198 connect=42/203 bind=49/200 listen=50/201 accept=43/202 accept4=288/242 sendto=44/206 recvfrom=45/207
sendmsg=46/211 recvmsg=47/212 sendmmsg=307/269 recvmmsg=299/243 ptrace=101/117 process_vm_readv=310/270
process_vm_writev=311/271 mount=165/40 umount2=166/39 pivot_root=155/41 chroot=161/51 unshare=272/97 setns=308/268
fsopen=430/430 fsmount=432/432 fsconfig=431/431 fspick=433/433 open_tree=428/428 move_mount=429/429
mount_setattr=442/442 keyctl=250/219 add_key=248/217 request_key=249/218 bpf=321/280 io_uring_setup=425/425
io_uring_enter=426/426 io_uring_register=427/427 perf_event_open=298/241 userfaultfd=323/282 init_module=175/105
finit_module=313/273 delete_module=176/106 kexec_load=246/104 kexec_file_load=320/294 reboot=169/142 swapon=167/224
swapoff=168/225 sethostname=170/161 setdomainname=171/162 iopl=172/- ioperm=173/- pidfd_open=434/434
pidfd_getfd=438/438 pidfd_send_signal=424/424 open_by_handle_at=304/265 name_to_handle_at=303/264
process_madvise=440/440 kcmp=312/272 quotactl=179/60 acct=163/89 settimeofday=164/170 clock_settime=227/112
adjtimex=159/171 clock_adjtime=305/266 syslog=103/116 vhangup=153/58 seccomp=317/277 msgget=68/186 semget=64/190
mq_open=240/180 fanotify_init=300/262 lookup_dcookie=212/18
"""

# Judged by its family before it ends a program.
SOCKET = "socket=41/198"

# What a compiler's processes talk to each other with: on pairs of sockets, since they can make no other kind.
TALKING = """
sendto=44/206 recvfrom=45/207 sendmsg=46/211 recvmsg=47/212
"""

# What a template needs besides: orders from its cell, and to confine its forks.
CONFINING = """
sendto=44/206 recvmsg=47/212 setrlimit=160/164 landlock_restrict_self=446/446
"""

# Judged by their arguments.
SPECIAL = """
clone=56/220 clone3=435/435 ioctl=16/29 prctl=157/167 prlimit64=302/261 fcntl=72/25 tgkill=234/131 tkill=200/130
"""
