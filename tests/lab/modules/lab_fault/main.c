// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: "<fault> [hexadecimal]" has the board make that fault.
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "board.h"

static struct board board = {
	.gauges = { { .name = "north", .value = 40 }, { .name = "south", .scale = 10 }, { .name = "spare" } },
};
static const char long_text[64] = "a text of sixty-three letters that no frame of ours can hold ..";

static noinline long board_obey(struct board *board, const char *word, unsigned long argument)
{
	if (strcmp(word, "divide") == 0)
		return gauge_percent(&board->gauges[0], 30) + 1; /* lab(divide-error): board_obey */
	if (strcmp(word, "rodata") == 0) {
		gauge_rename(&board->gauges[1], gauge_legend, 'x'); /* lab(rodata-write): board_obey */
		return board->reads;
	}
	if (strcmp(word, "ud2") == 0)
		return gauge_assert(&board->gauges[0], 40) + 1; /* lab(invalid-opcode): board_obey */
	if (strcmp(word, "int3") == 0)
		return gauge_break(&board->gauges[1]) + 1; /* lab(int3): board_obey */
	if (strcmp(word, "sample") == 0) {
		board->gauges[2].samples = (u8 *)argument;
		return gauge_sample(&board->gauges[2], 5) + 1; /* lab(wild-pointer, user-pointer): board_obey */
	}
	if (strcmp(word, "call") == 0) {
		hooks_set(board, 1, argument);
		return hooks_run(board, 1, 77) + 1; /* lab(wild-call, call-null): board_obey */
	}
	if (strcmp(word, "overflow") == 0)
		return frame_parse(long_text, sizeof(long_text)) + 1; /* lab(stack-protector): board_obey */
	if (strcmp(word, "return") == 0)
		return frame_return_to(&board->gauges[1], argument) + 1; /* lab(smashed-return): board_obey */
	return -EINVAL;
}

static ssize_t lab_fault_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char text[40] = "", word[16] = "";
	unsigned long argument = 0;
	long answer;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	if (sscanf(text, "%15s %lx", word, &argument) < 1)
		return -EINVAL;
	answer = board_obey(&board, word, argument); /* lab: lab_fault_write */
	return answer < 0 ? answer : (ssize_t)count;
}

static const struct proc_ops lab_fault_ops = {
	.proc_write = lab_fault_write,
};

static int __init lab_fault_init(void)
{
	return proc_create("lab", 0200, NULL, &lab_fault_ops) ? 0 : -ENOMEM;
}

module_init(lab_fault_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: faults of every kind");
