/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* An account with its lock. */
#ifndef LAB_ACCOUNT_H
#define LAB_ACCOUNT_H

#include <linux/mutex.h>

struct account {
	const char *owner;
	struct mutex lock;
	long balance;
};

void account_transfer(struct account *from, struct account *to, long amount);
long account_sum(struct account *first, struct account *second);

#endif
