// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "print NUMBER" prints the label of a part, "rate NUMBER" the rating of its supplier.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "catalog.h"

static struct catalog lab_catalog;

static ssize_t lab_lookup_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char text[24] = "", word[8] = "";
	unsigned int number;
	u32 answer;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	if (sscanf(text, "%7s %u", word, &number) != 2)
		return -EINVAL;
	if (strcmp(word, "rate") == 0)
		answer = printer_rate(&lab_catalog, number); /* lab(lookup-error): lab_lookup_write */
	else
		answer = printer_run(&lab_catalog, number); /* lab(lookup-missing): lab_lookup_write */
	return answer ? (ssize_t)count : -ENOENT;
}

static const struct proc_ops lab_lookup_ops = {
	.proc_write = lab_lookup_write,
};

static int __init lab_lookup_init(void)
{
	int error = catalog_fill(&lab_catalog);

	if (error)
		return error;
	return proc_create("lab", 0200, NULL, &lab_lookup_ops) ? 0 : -ENOMEM;
}

module_init(lab_lookup_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: results of searches that are used without a look");
