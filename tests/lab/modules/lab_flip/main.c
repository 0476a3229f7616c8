// SPDX-License-Identifier: MIT OR GPL-2.0
// /proc/lab: what is hit, and which bit: "pointer 42", "module 0", "kernel 0".
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "route.h"

static struct route lab_route;

/* int_sqrt() is as good as any function of the kernel that nothing else calls just now; 4 bytes leave its entry in place. */
static noinline long hit(struct route *route, const char *what, unsigned int bit)
{
	struct hop *third = route->first->next->next;

	if (strcmp(what, "pointer") == 0) {
		flip_pointer(&third->next, bit);
		return route_cost(route) + 1; /* lab(bit-flip, bit-flip-high): hit */
	}
	if (strcmp(what, "module") == 0)
		return flip_code(hop_weight_load, bit) ?: hop_weight(third) + 1; /* lab(text-flip): hit */
	if (strcmp(what, "kernel") == 0)
		return clear_code((char *)int_sqrt + 4, 12) ?: (long)int_sqrt(third->cost) + 1; /* lab(text-cleared): hit */
	return -EINVAL;
}

static ssize_t lab_flip_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	char text[32] = "";
	char what[16] = "";
	unsigned int bit = 0;
	long answer;

	if (copy_from_user(text, buffer, min(count, sizeof(text) - 1)))
		return -EFAULT;
	if (sscanf(text, "%15s %u", what, &bit) < 1)
		return -EINVAL;
	answer = hit(&lab_route, what, bit); /* lab: lab_flip_write */
	return answer < 0 ? answer : (ssize_t)count;
}

static const struct proc_ops lab_flip_ops = {
	.proc_write = lab_flip_write,
};

static int __init lab_flip_init(void)
{
	u32 cost;

	for (cost = 1; cost <= 5; cost++)
		if (!route_extend(&lab_route, cost * 10))
			return -ENOMEM;
	return proc_create("lab", 0200, NULL, &lab_flip_ops) ? 0 : -ENOMEM;
}

module_init(lab_flip_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: flipped bits in pointers and in code");
