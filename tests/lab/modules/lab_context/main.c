// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "<job> <cpu>" runs that job of the station on that CPU, in a thread called lab-station.
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "station.h"

static struct station stations[2];
static const char *const jobs[] = {
	[JOB_NONE] = "none", [JOB_SOFTIRQ] = "softirq", [JOB_NESTED] = "nested", [JOB_BH] = "bh", [JOB_IPI] = "ipi",
	[JOB_IRQ_WORK] = "irq-work", [JOB_FAULT] = "fault", [JOB_NMI] = "nmi", [JOB_SPIN] = "spin", [JOB_LOCKED] = "locked",
	[JOB_STALL] = "stall",
};

static int station_thread(void *argument)
{
	station_run(argument); /* lab(irq-in-softirq, softirq-bh, fault-in-irq, soft-lockup, nmi-busy, irq-work-panic, spinlock-wait): station_thread */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(3600 * HZ);
	return 0;
}

static ssize_t lab_context_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	struct task_struct *thread;
	char text[24] = "", word[16] = "";
	unsigned int cpu;
	int job;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	if (sscanf(text, "%15s %u", word, &cpu) != 2 || cpu >= ARRAY_SIZE(stations))
		return -EINVAL;
	job = match_string(jobs, ARRAY_SIZE(jobs), word);
	if (job < 0)
		return job;
	station_prepare(&stations[cpu], cpu, job);
	thread = kthread_create(station_thread, &stations[cpu], "lab-station");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	kthread_bind(thread, cpu);
	wake_up_process(thread);
	return count;
}

static const struct proc_ops lab_context_ops = {
	.proc_write = lab_context_write,
};

static int __init lab_context_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_context_ops) ? 0 : -ENOMEM;
}

module_init(lab_context_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: crashes in every context of a CPU");
