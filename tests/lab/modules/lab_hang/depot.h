/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* The depot, its locks, and the jobs of its workers. */
#ifndef LAB_DEPOT_H
#define LAB_DEPOT_H

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct page;

struct depot {
	const char *name;
	unsigned long goods;
	struct mutex gate;
	struct rw_semaphore layout;
	struct completion delivery;
	struct work_struct pump;
	struct workqueue_struct *pumps;
	struct page *ledger;
};

/* Two sides of a bridge: whoever crosses takes both locks. */
struct bank {
	spinlock_t lock;
	unsigned int crossings;
};

void depot_rest(void);
void depot_enter(struct depot *depot);
int depot_keep(void *depot);
int depot_carry(void *depot);
int depot_survey(void *depot);
int depot_rebuild(void *depot);
int depot_visit(void *depot);
int depot_await_delivery(void *depot);
int depot_keep_ledger(void *depot);
int depot_read_ledger(void *depot);
int depot_plan(void *depot);
int depot_move(void *depot);

void pump_work(struct work_struct *work);
int pump_flush(void *depot);
int pump_drain(void *depot);

int bridge_cross_east(void *unused);
int bridge_cross_west(void *unused);
int bridge_watch(void *unused);
int bridge_rename(void *depot);

#endif
