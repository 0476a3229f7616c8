// stuck-socket: leaves pages of a file waiting in a socket's queues and in a pipe: sendfile over loopback to a reader that never reads.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PORT = 4712,
	PAGE = 4096,
	FILE_PAGES = 2048,
	PIPE_PAGES = 3,		/* the pages 0, 1 and 2 of the file are in the pipe too */
};

#define PAYLOAD "/tmp/payload"

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int make_payload(void)
{
	static char page[PAGE];
	int file = open(PAYLOAD, O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (file < 0)
		fail(PAYLOAD);
	for (int i = 0; i < FILE_PAGES; i++) {
		memset(page, 'a' + i % 26, sizeof page);
		if (write(file, page, sizeof page) != sizeof page)
			fail("write");
	}
	return file;
}

static struct sockaddr_in address(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return at;
}

/* Accepts and holds the connection without ever reading. */
static void hold(int listener)
{
	prctl(PR_SET_NAME, "stuck-reader");
	if (accept(listener, NULL, NULL) < 0)
		fail("accept");
	for (;;)
		pause();
}

/* Sends the file until both queues are full, keeps some pages in a pipe, tells that it is ready, and stays. */
static void send_all(int file, int ready)
{
	struct sockaddr_in at = address();
	int sender = socket(AF_INET, SOCK_STREAM, 0);
	int pages[2];
	loff_t offset = 0;
	off_t sent = 0;

	prctl(PR_SET_NAME, "stuck-sender");
	if (sender < 0 || connect(sender, (struct sockaddr *)&at, sizeof at) < 0)
		fail("connect");
	if (fcntl(sender, F_SETFL, O_NONBLOCK) < 0)
		fail("fcntl");
	for (int tries = 0; tries < 20; tries++) {
		if (sendfile(sender, file, &sent, (size_t)FILE_PAGES * PAGE - (size_t)sent) < 0 && errno != EAGAIN)
			fail("sendfile");
		usleep(20000);
	}
	if (pipe(pages) < 0 || splice(file, &offset, pages[1], NULL, (size_t)PIPE_PAGES * PAGE, 0) != (ssize_t)PIPE_PAGES * PAGE)
		fail("splice");
	if (write(ready, "r", 1) != 1)
		fail("write");
	for (;;)
		pause();
}

int main(void)
{
	struct sockaddr_in at = address();
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int file = make_payload();
	int ready[2];
	char byte;

	if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 1) < 0 || pipe(ready) < 0)
		fail("listen");
	if (fork() == 0)
		hold(listener);
	if (fork() == 0)
		send_all(file, ready[1]);
	close(ready[1]);
	return read(ready[0], &byte, 1) == 1 ? 0 : 1;
}
