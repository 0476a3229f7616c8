/*
 * kdumpfile-read: reads the pages named in a list through libkdumpfile, in the order of the list, and prints pages, seconds and a checksum.
 *
 * usage: kdumpfile-read DUMP LIST
 *
 * LIST holds 64-bit little-endian page numbers and is written by VaQuest.Bench: both sides read the same pages in the same order. Only pages
 * that are in the dump are asked for: libkdumpfile 0.5.1 does not give back the cache entry of a page that it could not find, and
 * when pages that are absent are read in random order it crashes. The cache is as large as the other side's: 8192 pages of 4 KiB.
 */
#include <libkdumpfile/kdumpfile.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CACHE_PAGES 8192

static double now(clockid_t clock)
{
	struct timespec at;

	clock_gettime(clock, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static kdump_ctx_t *open_dump(const char *path, kdump_num_t *page_size)
{
	kdump_ctx_t *ctx = kdump_new();
	int fd = open(path, O_RDONLY);
	kdump_attr_t cache = { KDUMP_NUMBER };

	cache.val.number = CACHE_PAGES;
	if (!ctx || fd < 0 || kdump_open_fd(ctx, fd) != KDUMP_OK ||
	    kdump_get_number_attr(ctx, "arch.page_size", page_size) != KDUMP_OK ||
	    kdump_set_attr(ctx, "cache.size", &cache) != KDUMP_OK) {
		fprintf(stderr, "kdumpfile-read: cannot open: %s\n", ctx ? kdump_get_err(ctx) : "no memory");
		exit(1);
	}
	return ctx;
}

int main(int argc, char **argv)
{
	kdump_num_t page_size;
	kdump_ctx_t *ctx = open_dump(argc == 3 ? argv[1] : "", &page_size);
	FILE *list = fopen(argv[2], "rb");
	long count, i;
	uint64_t *pfns, good = 0, sum = 0;
	double wall, processor;

	if (!list || fseek(list, 0, SEEK_END))
		return 1;
	count = ftell(list) / 8;
	rewind(list);
	pfns = malloc(count * 8 + 8);
	if (!pfns || (long)fread(pfns, 8, count, list) != count)
		return 1;
	unsigned char *buffer = malloc(page_size);
	wall = now(CLOCK_MONOTONIC);
	processor = now(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < count; i++) {
		size_t length = page_size;

		if (kdump_read(ctx, KDUMP_MACHPHYSADDR, pfns[i] * page_size, buffer, &length) == KDUMP_OK && length == page_size)
			good++;
	}
	wall = now(CLOCK_MONOTONIC) - wall;
	processor = now(CLOCK_PROCESS_CPUTIME_ID) - processor;
	for (i = 0; i < count; i++) { /* not timed: every byte counts */
		size_t length = page_size, at;

		if (kdump_read(ctx, KDUMP_MACHPHYSADDR, pfns[i] * page_size, buffer, &length) != KDUMP_OK || length != page_size)
			continue;
		for (at = 0; at < page_size; at += 8)
			sum = sum * 31 + *(uint64_t *)(buffer + at);
	}
	printf("%llu pages, %.6f seconds, %.6f processor seconds, sum %016llx\n", (unsigned long long)good, wall, processor, (unsigned long long)sum);
	return 0;
}
