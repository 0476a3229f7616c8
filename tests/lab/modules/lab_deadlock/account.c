// SPDX-License-Identifier: MIT OR GPL-2.0
// The transfer locks its accounts in the order it is given them: that is the bug.
#include <linux/compiler.h>
#include <linux/delay.h>

#include "account.h"

static noinline void account_lock_second(struct account *account)
{
	mutex_lock(&account->lock); /* lab: account_lock_second */
	barrier();
}

noinline void account_transfer(struct account *from, struct account *to, long amount)
{
	mutex_lock(&from->lock);
	msleep(200);
	account_lock_second(to); /* lab: account_transfer */
	from->balance -= amount;
	to->balance += amount;
	mutex_unlock(&to->lock);
	mutex_unlock(&from->lock);
}

/* A third party that only wants to read waits behind them. */
noinline long account_sum(struct account *first, struct account *second)
{
	long sum;

	mutex_lock(&first->lock);
	sum = first->balance + second->balance;
	mutex_unlock(&first->lock);
	return sum;
}
