// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The module and its file: reading /proc/widgets lists the widgets, a line written to it is a command. */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "widget.h"

#define WIDGET_LINE_MAX	80

static struct widget_registry widget_registry = {
	.lock = __MUTEX_INITIALIZER(widget_registry.lock),
};

static int widget_proc_show(struct seq_file *file, void *unused)
{
	struct widget *w;
	int i;

	mutex_lock(&widget_registry.lock);
	for (i = 0; i < WIDGET_BUCKETS; i++) {
		for (w = widget_registry.buckets[i]; w; w = w->next)
			seq_printf(file, "%d %s fan_in=%u\n", w->id, w->name, w->fan_in);
	}
	mutex_unlock(&widget_registry.lock);
	return 0;
}

static int widget_proc_open(struct inode *inode, struct file *file)
{
	return single_open(file, widget_proc_show, NULL);
}

static ssize_t widget_proc_write(struct file *file, const char __user *buffer, size_t length, loff_t *position)
{
	char *line;
	int err;

	if (length > WIDGET_LINE_MAX)
		return -E2BIG;
	line = memdup_user_nul(buffer, length);
	if (IS_ERR(line))
		return PTR_ERR(line);
	err = widget_execute(&widget_registry, strim(line));	/* frame: widget_proc_write */
	kfree(line);
	return err ? err : length;
}

static const struct proc_ops widget_proc_ops = {
	.proc_open = widget_proc_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = widget_proc_write,
};

static int __init widget_init(void)
{
	if (!proc_create("widgets", 0600, NULL, &widget_proc_ops))
		return -ENOMEM;
	return 0;
}

static void __exit widget_exit(void)
{
	remove_proc_entry("widgets", NULL);
	widget_remove_all(&widget_registry);
}

module_init(widget_init);
module_exit(widget_exit);

MODULE_DESCRIPTION("A registry of widgets with a fault in it, for VaQuest's sample dump");
MODULE_AUTHOR("The VaQuest authors");
MODULE_LICENSE("Dual MIT/GPL");
