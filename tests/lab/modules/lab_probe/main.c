// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "int3", "probe", "ftrace" or "return" sets that watch on the meter, "probe FUNCTION" one on a function; "add" uses the meter.
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "meter.h"

static struct meter meter = { .total = 12 };

static int obey(char *text)
{
	char *word = strsep(&text, " ");

	if (strcmp(word, "add") == 0)
		return meter_add(&meter, 30) < 0 ? -ERANGE : 0; /* lab: obey */
	if (strcmp(word, "int3") == 0)
		return watch_with_kprobe("meter_check", 5);
	if (strcmp(word, "probe") == 0)
		return watch_with_kprobe(text ? text : "meter_check", 0);
	if (strcmp(word, "ftrace") == 0)
		return watch_with_ftrace();
	return strcmp(word, "return") == 0 ? watch_with_kretprobe() : -EINVAL;
}

static ssize_t lab_probe_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char text[64] = "";
	int error;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	error = obey(strim(text)); /* lab: lab_probe_write */
	return error ? error : (ssize_t)count;
}

static const struct proc_ops lab_probe_ops = {
	.proc_write = lab_probe_write,
};

static int __init lab_probe_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_probe_ops) ? 0 : -ENOMEM;
}

module_init(lab_probe_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: probes and trampolines on the stack");
