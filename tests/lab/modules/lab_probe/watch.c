// SPDX-License-Identifier: MIT OR GPL-2.0
// The watchers: those of the first two kinds panic when they are called, that of the third only replaces a return address.
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>
#include <linux/version.h>

#include "meter.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define ftrace_regs pt_regs
#endif

static unsigned long seen;

static noinline void watch_report(unsigned long address)
{
	if (READ_ONCE(seen) == 0)
		panic("lab: the watched code at %pS was reached", (void *)address); /* lab(kprobe-int3, kprobe-ftrace, ftrace-panic, bpf-panic): watch_report */
}

static int watch_hit(struct kprobe *probe, struct pt_regs *registers)
{
	watch_report((unsigned long)probe->addr); /* lab: watch_hit */
	return 0;
}

static struct kprobe probe = { .pre_handler = watch_hit };

int watch_with_kprobe(const char *function, unsigned int offset)
{
	static char name[64];

	strscpy(name, function, sizeof(name));
	probe.symbol_name = name;
	probe.offset = offset;
	return register_kprobe(&probe);
}

static void notrace watch_trace(unsigned long ip, unsigned long parent, struct ftrace_ops *ops, struct ftrace_regs *registers)
{
	watch_report(ip); /* lab: watch_trace */
	WRITE_ONCE(seen, parent);
}

static struct ftrace_ops trace_ops = { .func = watch_trace };

int watch_with_ftrace(void)
{
	int error = ftrace_set_filter_ip(&trace_ops, (unsigned long)meter_check, 0, 0);

	return error ? error : register_ftrace_function(&trace_ops);
}

static int watch_return(struct kretprobe_instance *instance, struct pt_regs *registers)
{
	WRITE_ONCE(seen, regs_return_value(registers));
	return 0;
}

static struct kretprobe returns = { .handler = watch_return, .kp.symbol_name = "meter_add", .maxactive = 8 };

int watch_with_kretprobe(void)
{
	return register_kretprobe(&returns);
}
