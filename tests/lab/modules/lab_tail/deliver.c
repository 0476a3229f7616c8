// SPDX-License-Identifier: MIT OR GPL-2.0
// The ends of the routes: both store a checksum through a pointer that was never set.
#include <linux/compiler.h>

#include "route.h"

noinline int deliver_local(struct packet *packet, unsigned int port)
{
	u32 *checksum = READ_ONCE(packet->checksum);

	WRITE_ONCE(*checksum, packet->id ^ port); /* lab: deliver_local */
	return packet->hops;
}

noinline int deliver_queued(struct packet *packet, unsigned int port)
{
	u32 *checksum = READ_ONCE(packet->checksum);

	WRITE_ONCE(checksum[4], packet->id + port); /* lab: deliver_queued */
	return packet->hops;
}
