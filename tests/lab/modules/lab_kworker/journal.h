/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A journal that commits in the background. */
#ifndef LAB_JOURNAL_H
#define LAB_JOURNAL_H

#include <linux/workqueue.h>

struct journal {
	const char *device;
	unsigned int transaction;
	unsigned int committed;
	struct work_struct commit;
};

void journal_prepare(struct journal *journal, const char *device);

#endif
