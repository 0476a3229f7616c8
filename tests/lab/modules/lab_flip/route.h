/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A route of hops, and what faulty memory does to it. */
#ifndef LAB_ROUTE_H
#define LAB_ROUTE_H

#include <linux/types.h>

struct hop {
	u32 id;
	u32 cost;
	struct hop *next;
	struct hop *back;
	char name[40];
};

struct route {
	struct hop *first;
	unsigned int hops;
};

/* route.c */
struct hop *route_extend(struct route *route, u32 cost);
long route_cost(const struct route *route);
long hop_weight(const struct hop *hop);
extern char hop_weight_load[];

/* memory.c */
void flip_pointer(struct hop **pointer, unsigned int bit);
int flip_code(void *code, unsigned int bit);
int clear_code(void *code, unsigned int bytes);

#endif
