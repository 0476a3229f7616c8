// SPDX-License-Identifier: MIT OR GPL-2.0
// The route, whose own code is right.
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "route.h"

struct hop *route_extend(struct route *route, u32 cost)
{
	struct hop *hop = kzalloc(sizeof(*hop), GFP_KERNEL);

	if (!hop)
		return NULL;
	hop->id = ++route->hops;
	hop->cost = cost;
	hop->next = route->first;
	if (route->first)
		route->first->back = hop;
	strscpy(hop->name, "a hop", sizeof(hop->name));
	route->first = hop;
	return hop;
}

noinline long route_cost(const struct route *route)
{
	const struct hop *hop;
	long cost = 0;

	for (hop = READ_ONCE(route->first); hop; hop = READ_ONCE(hop->next))
		cost += READ_ONCE(hop->cost); /* lab: route_cost */
	return cost;
}

/* A load whose encoding is known: 48 8b 47 18. Register r15 is 0 there. */
noinline long hop_weight(const struct hop *hop)
{
	long weight;

	asm volatile("xorl %%r15d, %%r15d\n"
		     ".globl hop_weight_load\n"
		     "hop_weight_load: movq 0x18(%%rdi), %%rax\n" /* lab: hop_weight */
		     : "=a" (weight) : "D" (hop) : "r15", "cc", "memory");
	return weight;
}
