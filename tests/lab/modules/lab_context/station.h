/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A station of one CPU, with a job for each context. */
#ifndef LAB_STATION_H
#define LAB_STATION_H

#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/timer.h>

enum station_job {
	JOB_NONE,
	JOB_SOFTIRQ,	/* panic in a timer's callback: soft interrupt on an idle CPU */
	JOB_NESTED,	/* panic in a hard interrupt of a soft interrupt of a hard interrupt of a thread that computes */
	JOB_BH,		/* panic in a soft interrupt that a thread ran itself when it enabled them */
	JOB_IPI,	/* panic in a function call interrupt, its sender waits */
	JOB_IRQ_WORK,	/* panic in irq_work */
	JOB_FAULT,	/* NULL dereference in a hard interrupt of a thread that computes */
	JOB_NMI,	/* computes with interrupts off in a hard interrupt until an NMI comes */
	JOB_SPIN,	/* computes in a thread, interrupts on, for ever */
	JOB_LOCKED,	/* waits for a spinlock whose owner computes on another CPU */
	JOB_STALL,	/* computes in a soft interrupt for ever */
};

struct station {
	unsigned int id;
	enum station_job job;
	unsigned int done;
	unsigned int *ledger;
	struct tasklet_struct tasklet;
	struct hrtimer deadline;
	struct timer_list timer;
	struct irq_work irq_work;
};

extern u64 station_sum;

void station_prepare(struct station *station, unsigned int id, enum station_job job);
void station_run(struct station *station);

#endif
