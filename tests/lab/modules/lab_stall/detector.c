// SPDX-License-Identifier: MIT OR GPL-2.0
// A performance counter for machines without one: each NMI that QEMU sends calls what the kernel would call when its counter overflows, so that
// the kernel's own hard lockup detector (kernel/watchdog_hld.c, since 6.5 kernel/watchdog_perf.c) looks at the CPU and decides.
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/perf_event.h>
#include <linux/printk.h>
#include <asm/nmi.h>

#include "mine.h"

static void (*overflow)(struct perf_event *event, struct perf_sample_data *data, struct pt_regs *regs);
static struct perf_event counter;

static int detector_nmi(unsigned int type, struct pt_regs *regs)
{
	overflow(&counter, NULL, regs);
	return NMI_HANDLED;
}

/* A probe finds the address of a function that is not exported. */
int detector_start(void)
{
	struct kprobe probe = { .symbol_name = "watchdog_overflow_callback" };
	int error = register_kprobe(&probe);

	if (error)
		return error;
	overflow = (void *)probe.addr;
	unregister_kprobe(&probe);
	return register_nmi_handler(NMI_LOCAL, detector_nmi, 0, "lab_stall");
}
