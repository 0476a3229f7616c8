// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: a written name starts the workers of that scene.
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mine.h"

struct worker {
	const char *scene;
	const char *name;
	int (*job)(void *mine);
	int cpu;
};

static const struct worker workers[] = {
	{ "cart", "lab-pusher", mine_push, 1 },
	{ "cart", "lab-loader", mine_load, 0 },
	{ "map", "lab-map-reader", mine_read_map, 0 },
	{ "map", "lab-drawer", mine_draw_map, 0 },
	{ "map", "lab-visitor", mine_look_at_map, 0 },
};

static struct mine mine = {
	.name = "silver",
	.cart = { .lock = __SPIN_LOCK_UNLOCKED(mine.cart.lock) },
	.map_lock = __MUTEX_INITIALIZER(mine.map_lock),
};

static ssize_t lab_stall_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char scene[16] = "";
	unsigned int i;

	if (copy_from_user(scene, buffer, min(count, sizeof(scene) - 1)))
		return -EFAULT;
	strim(scene);
	for (i = 0; i < ARRAY_SIZE(workers); i++) {
		struct task_struct *thread;

		if (strcmp(workers[i].scene, scene))
			continue;
		thread = kthread_create(workers[i].job, &mine, "%s", workers[i].name);
		if (IS_ERR(thread))
			return PTR_ERR(thread);
		kthread_bind(thread, workers[i].cpu);
		wake_up_process(thread);
	}
	return count;
}

static const struct proc_ops lab_stall_ops = {
	.proc_write = lab_stall_write,
};

static int __init lab_stall_init(void)
{
	int error = detector_start();

	if (error)
		return error;
	return proc_create("lab", 0200, NULL, &lab_stall_ops) ? 0 : -ENOMEM;
}

module_init(lab_stall_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: workers that stop each other");
