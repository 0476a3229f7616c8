// SPDX-License-Identifier: MIT OR GPL-2.0
// Posts an amount and checks what is left.
#include <linux/compiler.h>

#include "ledger.h"

noinline long ledger_post(struct ledger *ledger, long amount)
{
	WRITE_ONCE(ledger->balance, ledger->balance - amount);
	ledger_check(ledger); /* lab: ledger_post */
	ledger->postings++;
	return ledger->balance;
}
