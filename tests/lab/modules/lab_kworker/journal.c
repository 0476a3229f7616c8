// SPDX-License-Identifier: MIT OR GPL-2.0
// The commit, and what it does when the log is full.
#include <linux/kernel.h>
#include <linux/panic.h>

#include "journal.h"

static noinline int journal_write_block(struct journal *journal, unsigned int block)
{
	if (READ_ONCE(journal->transaction) > 40)
		panic("lab: journal of %s cannot write block %u", journal->device, block); /* lab: journal_write_block */
	return 0;
}

static void journal_commit(struct work_struct *work)
{
	struct journal *journal = container_of(work, struct journal, commit);

	journal_write_block(journal, 3); /* lab: journal_commit */
	journal->committed = journal->transaction;
}

void journal_prepare(struct journal *journal, const char *device)
{
	journal->device = device;
	INIT_WORK(&journal->commit, journal_commit);
}
