// SPDX-License-Identifier: MIT OR GPL-2.0
// The routes. Every return of a call here is a jump: GCC leaves no frame.
#include <linux/compiler.h>

#include "route.h"

static noinline __noclone int classify(struct packet *packet, unsigned int port)
{
	packet->hops++;
	return deliver_local(packet, port + 1); /* lab: classify */
}

/* The only way from here to deliver_local is through classify. */
noinline __noclone int route_direct(struct packet *packet, unsigned int port)
{
	packet->id += 7;
	return classify(packet, port * 2); /* lab: route_direct */
}

static noinline __noclone int take_fast_lane(struct packet *packet, unsigned int port)
{
	packet->hops += 2;
	return deliver_queued(packet, port + 3); /* lab: take_fast_lane */
}

static noinline __noclone int take_slow_lane(struct packet *packet, unsigned int port)
{
	packet->hops += 5;
	return deliver_queued(packet, port + 4); /* lab: take_slow_lane */
}

/* From here two ways lead to deliver_queued. */
noinline __noclone int route_balanced(struct packet *packet, unsigned int port)
{
	if (packet->id & 1)
		return take_fast_lane(packet, port);
	return take_slow_lane(packet, port); /* lab: route_balanced */
}
