/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A lease with an hrtimer. */
#ifndef LAB_LEASE_H
#define LAB_LEASE_H

#include <linux/hrtimer.h>

struct lease {
	unsigned int id;
	unsigned int renewals;
	struct hrtimer timer;
};

void lease_start(struct lease *lease, unsigned int milliseconds);

#endif
