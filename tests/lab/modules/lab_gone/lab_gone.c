// SPDX-License-Identifier: MIT OR GPL-2.0
// lab-gone wakes up after its code was freed; lab-stays sleeps on. Neither is stopped when the module goes: that is the bug.
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

static unsigned int naps;

static noinline void take_nap(unsigned int milliseconds)
{
	msleep(milliseconds); /* lab: take_nap */
	WRITE_ONCE(naps, naps + 1);
}

static int sleep_loop(void *argument)
{
	while (!kthread_should_stop()) {
		take_nap((unsigned long)argument); /* lab: sleep_loop */
		WRITE_ONCE(naps, naps + 1);
	}
	return 0;
}

static int __init lab_gone_init(void)
{
	if (IS_ERR(kthread_run(sleep_loop, (void *)4000UL, "lab-gone")))
		return -ENOMEM;
	return PTR_ERR_OR_ZERO(kthread_run(sleep_loop, (void *)4000000UL, "lab-stays"));
}

static void __exit lab_gone_exit(void)
{
}

module_init(lab_gone_init);
module_exit(lab_gone_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: code that was freed while it ran");
