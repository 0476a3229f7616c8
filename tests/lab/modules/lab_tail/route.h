/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A packet and the functions that hand it on; none of them keeps a frame when it does. */
#ifndef LAB_ROUTE_H
#define LAB_ROUTE_H

#include <linux/types.h>

struct packet {
	u32 id;
	u32 hops;
	u32 *checksum;
};

int route_direct(struct packet *packet, unsigned int port);
int route_balanced(struct packet *packet, unsigned int port);
int deliver_local(struct packet *packet, unsigned int port);
int deliver_queued(struct packet *packet, unsigned int port);

#endif
