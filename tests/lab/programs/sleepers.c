// SPDX-License-Identifier: MIT OR GPL-2.0
// sleepers COUNT: leaves about COUNT tasks behind, processes and threads, asleep in many different system calls, and returns when they are.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int empty_pipe[2], full_pipe[2], sockets[2], event, queue, semaphores;
static char locked[] = "/tmp/sleepers.lock";
static int never;

static void sleep_nanosleep(void) { struct timespec t = { 100000, 0 }; nanosleep(&t, NULL); }
static void sleep_clock(void) { struct timespec t = { 1000000000, 0 }; clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL); }
static void sleep_pause(void) { pause(); }
static void sleep_pipe_read(void) { char c; read(empty_pipe[0], &c, 1); }
static void sleep_pipe_write(void) { char page[4096] = { 0 }; while (write(full_pipe[1], page, sizeof(page)) > 0) { } }
static void sleep_poll(void) { struct pollfd p = { empty_pipe[0], POLLIN, 0 }; poll(&p, 1, -1); }
static void sleep_select(void) { fd_set set; FD_ZERO(&set); FD_SET(empty_pipe[0], &set); select(empty_pipe[0] + 1, &set, NULL, NULL, NULL); }
static void sleep_futex(void) { syscall(SYS_futex, &never, FUTEX_WAIT, 0, NULL, NULL, 0); }
static void sleep_signal(void) { sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2); siginfo_t info; sigwaitinfo(&set, &info); }
static void sleep_suspend(void) { sigset_t set; sigfillset(&set); sigsuspend(&set); }
static void sleep_receive(void) { char c; recv(sockets[0], &c, 1, 0); }
static void sleep_event(void) { uint64_t v; read(event, &v, sizeof(v)); }
static void sleep_message(void) { struct { long type; char text[8]; } m; msgrcv(queue, &m, sizeof(m.text), 0, 0); }
static void sleep_semaphore(void) { struct sembuf b = { 0, -1, 0 }; semop(semaphores, &b, 1); }
static void sleep_flock(void) { flock(open(locked, O_RDWR), LOCK_EX); }
static void sleep_stopped(void) { raise(SIGSTOP); }

static void sleep_epoll(void)
{
	struct epoll_event e = { .events = EPOLLIN };
	int poll_fd = epoll_create1(0);

	epoll_ctl(poll_fd, EPOLL_CTL_ADD, empty_pipe[0], &e);
	epoll_wait(poll_fd, &e, 1, -1);
}

static void sleep_accept(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	/* An abstract name of its own for each. */
	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "sleeper-%ld", (long)syscall(SYS_gettid));
	bind(listener, (struct sockaddr *)&address, sizeof(address));
	listen(listener, 1);
	accept(listener, NULL, NULL);
}

static void sleep_timer(void)
{
	struct itimerspec when = { .it_value = { 100000, 0 } };
	int timer = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t v;

	timerfd_settime(timer, 0, &when, NULL);
	read(timer, &v, sizeof(v));
}

static void sleep_inotify(void)
{
	char buffer[512];
	int watch = inotify_init1(0);

	inotify_add_watch(watch, "/tmp", IN_MOVED_FROM);
	read(watch, buffer, sizeof(buffer));
}

static void sleep_udp(void)
{
	char c;

	recv(socket(AF_INET, SOCK_DGRAM, 0), &c, 1, 0);
}

struct way {
	const char *name;
	void (*sleep)(void);
	int process_only;
};

static const struct way ways[] = {
	{ "nanosleep", sleep_nanosleep }, { "clock", sleep_clock }, { "pause", sleep_pause }, { "pipe_read", sleep_pipe_read },
	{ "pipe_write", sleep_pipe_write }, { "poll", sleep_poll }, { "select", sleep_select }, { "futex", sleep_futex },
	{ "signal", sleep_signal }, { "suspend", sleep_suspend }, { "receive", sleep_receive }, { "event", sleep_event },
	{ "message", sleep_message }, { "semaphore", sleep_semaphore }, { "epoll", sleep_epoll }, { "accept", sleep_accept },
	{ "timer", sleep_timer }, { "inotify", sleep_inotify }, { "udp", sleep_udp }, { "flock", sleep_flock, 1 },
	{ "stopped", sleep_stopped, 1 },
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void name_task(const char *prefix, const struct way *way)
{
	char name[16];

	snprintf(name, sizeof(name), "%s-%s", prefix, way->name);
	prctl(PR_SET_NAME, name);
}

static void *run_thread(void *argument)
{
	const struct way *way = argument;

	name_task("t", way);
	for (;;)
		way->sleep();
	return NULL;
}

/* A process of this many threads, the first asleep in `way`, the others in the ways after it. */
static int start_process(unsigned int first, unsigned int threads)
{
	pid_t pid = fork();
	pthread_attr_t attributes;
	unsigned int i;

	if (pid != 0)
		return pid < 0 ? -1 : 0;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	for (i = 1; i < threads; i++) {
		unsigned int index = (first + i) % WAYS;
		pthread_t thread;

		while (ways[index].process_only)
			index = (index + 1) % WAYS;
		if (pthread_create(&thread, &attributes, run_thread, (void *)&ways[index]) != 0)
			_exit(1);
	}
	name_task("p", &ways[first]);
	for (;;)
		ways[first].sleep();
}

/* A parent that waits for its child, a child that died unwatched, a parent held by vfork, a task stopped by its tracer. */
static void start_families(void)
{
	pid_t child;

	if (fork() == 0) {
		prctl(PR_SET_NAME, "p-waitpid");
		child = fork();
		if (child == 0) {
			prctl(PR_SET_NAME, "p-child");
			for (;;)
				pause();
		}
		waitpid(child, NULL, 0);
		_exit(0);
	}
	if (fork() == 0) {
		prctl(PR_SET_NAME, "p-zombies");
		if (fork() == 0) {
			prctl(PR_SET_NAME, "p-zombie");
			_exit(3);
		}
		for (;;)
			pause();
	}
	if (fork() == 0) {
		prctl(PR_SET_NAME, "p-vfork");
		if (vfork() == 0) {
			syscall(SYS_pause);
			_exit(0);
		}
		_exit(0);
	}
	if (fork() == 0) {
		prctl(PR_SET_NAME, "p-tracer");
		child = fork();
		if (child == 0) {
			prctl(PR_SET_NAME, "p-traced");
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			raise(SIGUSR1);
			_exit(0);
		}
		waitpid(child, NULL, 0);
		for (;;)
			pause();
	}
}

static int prepare(void)
{
	int file = open(locked, O_RDWR | O_CREAT, 0600);
	char page[4096] = { 0 };

	if (file < 0 || flock(file, LOCK_EX) != 0 || pipe(empty_pipe) != 0 || pipe(full_pipe) != 0)
		return -1;
	fcntl(full_pipe[1], F_SETFL, O_NONBLOCK);
	while (write(full_pipe[1], page, sizeof(page)) > 0) {
	}
	fcntl(full_pipe[1], F_SETFL, 0);
	event = eventfd(0, 0);
	queue = msgget(IPC_PRIVATE, 0600);
	semaphores = semget(IPC_PRIVATE, 1, 0600);
	return socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0 || event < 0 || queue < 0 || semaphores < 0 ? -1 : 0;
}

int main(int count, char **arguments)
{
	unsigned int wanted = count > 1 ? atoi(arguments[1]) : 100;
	unsigned int started = 8, way = 0;
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	if (prepare() != 0) {
		perror("sleepers: prepare");
		return 1;
	}
	/* The holder of the lock must outlive this program. */
	if (fork() == 0) {
		prctl(PR_SET_NAME, "p-holder");
		for (;;)
			pause();
	}
	start_families();
	while (started < wanted) {
		/* Every third process has four threads. */
		unsigned int threads = way % 3 == 2 ? 4 : 1;

		if (start_process(way % WAYS, threads) != 0) {
			perror("sleepers: fork");
			return 1;
		}
		started += threads;
		way++;
	}
	sleep(5);
	return 0;
}
