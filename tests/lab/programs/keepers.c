// SPDX-License-Identifier: MIT OR GPL-2.0
// keepers: leaves processes behind whose files, mounts, signals, identities, limits and IPC objects are known, prints their PIDs, returns.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		_exit(1);
	}
}

static void write_file(const char *path, const char *text)
{
	int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	must(file, path);
	write(file, text, strlen(text));
	close(file);
}

/* Shared memory of three pages, five semaphores (the third at 9), a queue with three messages. */
static void make_ipc(int key)
{
	static struct { long type; char text[100]; } message = { .type = 7 };
	int shared = shmget(key, 3 * 4096, IPC_CREAT | 0640);
	int semaphores = semget(key, 5, IPC_CREAT | 0600);
	int queue = msgget(key, IPC_CREAT | 0644);
	int i;

	must(shared, "shmget");
	must(semaphores, "semget");
	must(queue, "msgget");
	shmat(shared, NULL, 0);
	semctl(semaphores, 2, SETVAL, 9);
	for (i = 0; i < 3; i++)
		must(msgsnd(queue, &message, sizeof(message.text), 0), "msgsnd");
}

/* Each descriptor is of another kind; the numbers begin at 3. */
static void open_files(void)
{
	int pipe_ends[2], pair[2], poll_fd, file;

	file = open("/tmp/keeper deleted", O_CREAT | O_RDWR | O_APPEND, 0600);
	must(file, "open");
	write(file, "gone", 4);
	lseek(file, 4711, SEEK_SET);
	unlink("/tmp/keeper deleted");
	must(open("/tmp", O_RDONLY | O_DIRECTORY), "open");
	must(pipe2(pipe_ends, O_NONBLOCK), "pipe2");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	must(eventfd(5, EFD_CLOEXEC), "eventfd");
	poll_fd = epoll_create1(0);
	must(poll_fd, "epoll_create1");
	must(memfd_create("keeper memo", 0), "memfd_create");
	must(open("/proc/self/ns/mnt", O_RDONLY), "open");
	must(dup2(poll_fd, 200), "dup2");
}

static void on_alarm(int number)
{
}

static void arrange_signals(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction handle = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGRTMIN + 3);
	sigaddset(&handle.sa_mask, SIGUSR2);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGALRM, &handle, NULL);
	raise(SIGUSR1);
	kill(getpid(), SIGTERM);
}

static void *run_thread(void *argument)
{
	struct sched_param realtime = { .sched_priority = 5 };

	prctl(PR_SET_NAME, argument ? "keeper-fifo" : "keeper-nice");
	if (argument)
		sched_setscheduler(0, SCHED_FIFO, &realtime);
	else
		setpriority(PRIO_PROCESS, 0, 7);
	for (;;)
		pause();
}

static void start_threads(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, run_thread, NULL);
	pthread_create(&thread, NULL, run_thread, &thread);
}

/* Three users, two groups beside the main one, and no way back: the capabilities are gone with the last setresuid. */
static void change_identity(void)
{
	gid_t groups[] = { 5, 10 };

	setgroups(2, groups);
	must(setresgid(100, 101, 102), "setresgid");
	must(setresuid(1000, 1001, 1002), "setresuid");
}

static void keep_files(void)
{
	struct rlimit limit = { 333, 444 };

	prctl(PR_SET_NAME, "keeper");
	must(chdir("/tmp/keeper"), "chdir");
	open_files();
	make_ipc(0x1234);
	arrange_signals();
	setrlimit(RLIMIT_NOFILE, &limit);
	start_threads();
	sleep(1);
	change_identity();
}

/* Mounts, IPC objects and a root directory that only this process sees. */
static void keep_namespaces(void)
{
	prctl(PR_SET_NAME, "keeper-ns");
	must(unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS), "unshare");
	must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	mkdir("/tmp/box", 0755);
	must(mount("keeper", "/tmp/box", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m"), "tmpfs");
	mkdir("/tmp/box/inner dir", 0755);
	mkdir("/tmp/box/b\303\244r", 0755);
	write_file("/tmp/box/inner dir/file", "bound");
	must(mount("/tmp/box/inner dir", "/tmp/box/b\303\244r", NULL, MS_BIND, NULL), "bind");
	must(mount(NULL, "/tmp/box/b\303\244r", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), "read-only");
	must(open("/tmp/box/b\303\244r/file", O_RDONLY), "open");
	sethostname("box", 3);
	make_ipc(0x5678);
	must(chroot("/tmp/box"), "chroot");
	must(chdir("/inner dir"), "chdir");
}

static void keep_stopped(void)
{
	prctl(PR_SET_NAME, "keeper-stopped");
	raise(SIGSTOP);
}

static pid_t start(void (*keep)(void))
{
	pid_t child = fork();
	int null;

	if (child == 0) {
		/* Whoever reads our output must not wait for this process to close it. */
		null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		close(null);
		setsid();
		keep();
		for (;;)
			pause();
	}
	return child;
}

int main(void)
{
	pid_t files, namespaces, stopped;

	mkdir("/tmp/keeper", 0755);
	files = start(keep_files);
	namespaces = start(keep_namespaces);
	stopped = start(keep_stopped);
	sleep(3);
	printf("%d %d %d\n", files, namespaces, stopped);
	return 0;
}
