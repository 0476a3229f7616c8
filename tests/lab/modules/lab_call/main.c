// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "null" runs a codec without a decode operation, "data" one whose operation is a table.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "codec.h"

static unsigned char decode_table[64] = { 0x90, 0xc3 };
static struct codec_ops ops = { .name = "lab" };
static struct codec codec = { .ops = &ops };

static ssize_t lab_call_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char word[8] = "";
	int decoded;

	if (copy_from_user(word, buffer, min(count, sizeof(word) - 1)))
		return -EFAULT;
	if (strncmp(word, "data", 4) == 0)
		ops.decode = (void *)decode_table;
	decoded = codec_run(&codec, count); /* lab: lab_call_write */
	return decoded < 0 ? decoded : (ssize_t)count;
}

static const struct proc_ops lab_call_ops = {
	.proc_write = lab_call_write,
};

static int __init lab_call_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_call_ops) ? 0 : -ENOMEM;
}

module_init(lab_call_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: calls through bad function pointers");
