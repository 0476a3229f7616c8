// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a written name starts the workers of that scene.
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "depot.h"

struct worker {
	const char *scene;
	const char *name;
	int (*job)(void *depot);
	int cpu;
};

#define ANY_CPU (-1)

static const struct worker workers[] = {
	{ "convoy", "lab-keeper", depot_keep, ANY_CPU },
	{ "convoy", "lab-carrier/0", depot_carry, ANY_CPU },
	{ "convoy", "lab-carrier/1", depot_carry, ANY_CPU },
	{ "convoy", "lab-carrier/2", depot_carry, ANY_CPU },
	{ "convoy", "lab-carrier/3", depot_carry, ANY_CPU },
	{ "convoy", "lab-carrier/4", depot_carry, ANY_CPU },
	{ "survey", "lab-surveyor", depot_survey, ANY_CPU },
	{ "survey", "lab-builder", depot_rebuild, ANY_CPU },
	{ "survey", "lab-visitor", depot_visit, ANY_CPU },
	{ "delivery", "lab-client", depot_await_delivery, ANY_CPU },
	{ "delivery", "lab-carrier", depot_carry, ANY_CPU },
	{ "delivery", "lab-bookkeeper", depot_keep_ledger, ANY_CPU },
	{ "delivery", "lab-auditor", depot_read_ledger, ANY_CPU },
	{ "flush", "lab-flusher", pump_flush, ANY_CPU },
	{ "flush", "lab-drainer", pump_drain, ANY_CPU },
	{ "flush", "lab-carrier", depot_carry, ANY_CPU },
	{ "order", "lab-planner", depot_plan, ANY_CPU },
	{ "order", "lab-mover", depot_move, ANY_CPU },
	{ "grace", "lab-watcher", bridge_watch, 1 },
	{ "grace", "lab-renamer", bridge_rename, 0 },
	{ "grace", "lab-carrier", depot_carry, 0 },
	{ "bridge", "lab-east", bridge_cross_east, 0 },
	{ "bridge", "lab-west", bridge_cross_west, 1 },
};

static struct depot depot = { .name = "main" };

static int start(const struct worker *worker)
{
	struct task_struct *thread = kthread_create(worker->job, &depot, "%s", worker->name);

	if (IS_ERR(thread))
		return PTR_ERR(thread);
	if (worker->cpu != ANY_CPU)
		kthread_bind(thread, worker->cpu);
	wake_up_process(thread);
	return 0;
}

static ssize_t lab_hang_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char scene[16] = "";
	unsigned int i;
	int error;

	if (copy_from_user(scene, buffer, min(count, sizeof(scene) - 1)))
		return -EFAULT;
	strim(scene);
	for (i = 0; i < ARRAY_SIZE(workers); i++) {
		if (strcmp(workers[i].scene, scene))
			continue;
		error = start(&workers[i]);
		if (error)
			return error;
		/* The scenes depend on who is first. */
		if (workers[i].cpu == ANY_CPU)
			msleep(20);
	}
	return count;
}

static const struct proc_ops lab_hang_ops = {
	.proc_write = lab_hang_write,
};

static int __init lab_hang_init(void)
{
	mutex_init(&depot.gate);
	init_rwsem(&depot.layout);
	init_completion(&depot.delivery);
	INIT_WORK(&depot.pump, pump_work);
	depot.pumps = alloc_workqueue("lab_pumps", 0, 0);
	depot.ledger = alloc_page(GFP_KERNEL);
	if (!depot.pumps || !depot.ledger)
		return -ENOMEM;
	return proc_create("lab", 0200, NULL, &lab_hang_ops) ? 0 : -ENOMEM;
}

module_init(lab_hang_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: workers that wait for each other");
