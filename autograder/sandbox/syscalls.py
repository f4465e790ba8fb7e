"""The system calls that a guest may make, by architecture. Everything else is refused.

An allow-list: a call that a later kernel brings is refused until somebody has thought about it. The numbers are facts
of the Linux ABI (``asm/unistd_64.h`` and ``asm-generic/unistd.h``). In order: reading and writing, files and folders,
memory, waiting, time and chance, processes and threads, signals, sockets.
"""

__all__ = ["ALLOWED", "LOOKED_AT"]


def _table(text: str) -> dict[str, int]:
    return {name: int(number) for name, number in (entry.split("=") for entry in text.split())}


_X86_64 = _table("""
    read=0 write=1 readv=19 writev=20 pread64=17 pwrite64=18 preadv=295 pwritev=296 preadv2=327 pwritev2=328 lseek=8
    sendfile=40 copy_file_range=326 fsync=74 fdatasync=75 sync_file_range=277 readahead=187 fadvise64=221
    fallocate=285 ftruncate=77 truncate=76 flock=73 close=3 close_range=436 dup=32 dup2=33 dup3=292 pipe=22
    pipe2=293 open=2 openat=257 openat2=437 creat=85
    stat=4 lstat=6 fstat=5 newfstatat=262 statx=332 statfs=137 fstatfs=138 access=21 faccessat=269 faccessat2=439
    getdents=78 getdents64=217 getcwd=79 chdir=80 fchdir=81 rename=82 renameat=264 renameat2=316 mkdir=83 mkdirat=258
    rmdir=84 link=86 linkat=265 unlink=87 unlinkat=263 symlink=88 symlinkat=266 readlink=89 readlinkat=267 chmod=90
    fchmod=91 fchmodat=268 chown=92 fchown=93 lchown=94 fchownat=260 umask=95 utime=132 utimes=235 utimensat=280
    futimesat=261 mknod=133 mknodat=259 getxattr=191 lgetxattr=192 fgetxattr=193 listxattr=194 llistxattr=195
    flistxattr=196
    mmap=9 mprotect=10 munmap=11 mremap=25 madvise=28 brk=12 msync=26 mincore=27 mlock=149 munlock=150 mlock2=325
    get_mempolicy=239 pkey_alloc=330 pkey_free=331 pkey_mprotect=329 membarrier=324
    poll=7 ppoll=271 select=23 pselect6=270 epoll_create=213 epoll_create1=291 epoll_ctl=233 epoll_wait=232
    epoll_pwait=281 epoll_pwait2=441 eventfd=284 eventfd2=290 signalfd=282 signalfd4=289 timerfd_create=283
    timerfd_settime=286 timerfd_gettime=287 nanosleep=35 clock_nanosleep=230 pause=34 alarm=37 getitimer=36
    setitimer=38 timer_create=222 timer_settime=223 timer_gettime=224 timer_getoverrun=225 timer_delete=226 futex=202
    futex_waitv=449
    gettimeofday=96 time=201 clock_gettime=228 clock_getres=229 times=100 getrandom=318 getcpu=309
    fork=57 vfork=58 execve=59 execveat=322 exit=60 exit_group=231 wait4=61 waitid=247 getpid=39 getppid=110
    gettid=186 getpgid=121 getpgrp=111 setpgid=109 getsid=124 setsid=112 getuid=102 geteuid=107 getgid=104 getegid=108
    getresuid=118 getresgid=120 getgroups=115 capget=125 set_tid_address=218 set_robust_list=273 get_robust_list=274
    rseq=334 arch_prctl=158 prctl=157 seccomp=317 landlock_create_ruleset=444 landlock_add_rule=445
    landlock_restrict_self=446 restart_syscall=219 sched_yield=24 sched_getaffinity=204 sched_getparam=143
    sched_getscheduler=145 sched_get_priority_max=146 sched_get_priority_min=147 sched_rr_get_interval=148
    sched_getattr=315 getpriority=140 getrlimit=97 setrlimit=160 getrusage=98 sysinfo=99 uname=63
    rt_sigaction=13 rt_sigprocmask=14 rt_sigreturn=15 rt_sigpending=127 rt_sigtimedwait=128 rt_sigsuspend=130
    sigaltstack=131
    accept=43 accept4=288 recvfrom=45 recvmsg=47 recvmmsg=299 shutdown=48 getsockname=51 getpeername=52 getsockopt=55
""")

_AARCH64 = _table("""
    read=63 write=64 readv=65 writev=66 pread64=67 pwrite64=68 preadv=69 pwritev=70 preadv2=286 pwritev2=287 lseek=62
    sendfile=71 copy_file_range=285 fsync=82 fdatasync=83 sync_file_range=84 readahead=213 fadvise64=223 fallocate=47
    ftruncate=46 truncate=45 flock=32 close=57 close_range=436 dup=23 dup3=24 pipe2=59 openat=56 openat2=437
    fstat=80 newfstatat=79 statx=291 statfs=43 fstatfs=44 faccessat=48 faccessat2=439 getdents64=61 getcwd=17 chdir=49
    fchdir=50 renameat=38 renameat2=276 mkdirat=34 linkat=37 unlinkat=35 symlinkat=36 readlinkat=78 fchmod=52
    fchmodat=53 fchown=55 fchownat=54 umask=166 utimensat=88 mknodat=33 getxattr=8 lgetxattr=9 fgetxattr=10
    listxattr=11 llistxattr=12 flistxattr=13
    mmap=222 mprotect=226 munmap=215 mremap=216 madvise=233 brk=214 msync=227 mincore=232 mlock=228 munlock=229
    mlock2=284 get_mempolicy=236 pkey_alloc=289 pkey_free=290 pkey_mprotect=288 membarrier=283
    ppoll=73 pselect6=72 epoll_create1=20 epoll_ctl=21 epoll_pwait=22 epoll_pwait2=441 eventfd2=19 signalfd4=74
    timerfd_create=85 timerfd_settime=86 timerfd_gettime=87 nanosleep=101 clock_nanosleep=115 getitimer=102
    setitimer=103 timer_create=107 timer_settime=110 timer_gettime=108 timer_getoverrun=109 timer_delete=111 futex=98
    futex_waitv=449
    gettimeofday=169 clock_gettime=113 clock_getres=114 times=153 getrandom=278 getcpu=168
    execve=221 execveat=281 exit=93 exit_group=94 wait4=260 waitid=95 getpid=172 getppid=173 gettid=178 getpgid=155
    setpgid=154 getsid=156 setsid=157 getuid=174 geteuid=175 getgid=176 getegid=177 getresuid=148 getresgid=150
    getgroups=158 capget=90 set_tid_address=96 set_robust_list=99 get_robust_list=100 rseq=293 prctl=167 seccomp=277
    landlock_create_ruleset=444 landlock_add_rule=445 landlock_restrict_self=446 restart_syscall=128 sched_yield=124
    sched_getaffinity=123 sched_getparam=121 sched_getscheduler=120 sched_get_priority_max=125
    sched_get_priority_min=126 sched_rr_get_interval=127 sched_getattr=275 getpriority=141 getrlimit=163 setrlimit=164
    getrusage=165 sysinfo=179 uname=160
    rt_sigaction=134 rt_sigprocmask=135 rt_sigreturn=139 rt_sigpending=136 rt_sigtimedwait=137 rt_sigsuspend=133
    sigaltstack=132
    accept=202 accept4=242 recvfrom=207 recvmsg=212 recvmmsg=243 shutdown=210 getsockname=204 getpeername=205
    getsockopt=209
""")

ALLOWED = {"x86_64": _X86_64, "aarch64": _AARCH64}
"""Calls that may be made whatever their arguments are."""

LOOKED_AT = {
    "x86_64": _table(
        "socket=41 socketpair=53 connect=42 bind=49 listen=50 sendto=44 sendmsg=46 sendmmsg=307 setsockopt=54"
        " fcntl=72 clone=56 clone3=435 kill=62 tkill=200 tgkill=234 prlimit64=302 ioctl=16"
    ),
    "aarch64": _table(
        "socket=198 socketpair=199 connect=203 bind=200 listen=201 sendto=206 sendmsg=211 sendmmsg=269 setsockopt=208"
        " fcntl=25 clone=220 clone3=435 kill=129 tkill=130 tgkill=131 prlimit64=261 ioctl=29"
    ),
}
"""Calls that are allowed or refused by their arguments: see `seccomp`."""
