/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A parcel: one structure with every kind of member C has. */
#ifndef LAB_PARCEL_H
#define LAB_PARCEL_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>

enum shade {
	SHADE_OUT = -2,
	SHADE_NONE = 0,
	SHADE_PALE = 3,
	SHADE_DARK = 7,
};

enum handling {
	HANDLING_FRAGILE = 1,
	HANDLING_UPRIGHT = 2,
	HANDLING_COOL = 8,
};

struct packed_bits {
	unsigned int ready : 1;
	unsigned int kind : 3;
	int delta : 5;
	unsigned int : 3;
	unsigned int wide : 20;
	u64 serial : 40;
	u64 rest : 24;
	bool sealed : 1;
	enum shade shade : 4;
};

struct reading {
	u16 channel;
	union {
		u32 raw;
		struct {
			u16 low;
			u16 high;
		};
		u8 bytes[4];
	};
	s8 trend;
};

struct parcel;

typedef int (*inspect_fn)(struct parcel *parcel, int depth);

struct parcel_ops {
	const char *name;
	inspect_fn inspect;
	void (*drop)(struct parcel *parcel);
};

struct parcel {
	char label[16];
	const char *origin;
	enum shade shade;
	enum handling handling;
	struct packed_bits bits;
	struct reading readings[3];
	const struct parcel_ops *ops;
	struct list_head link;
	struct hlist_node hash;
	struct rb_node node;
	struct parcel *self;
	int *weight;
	void *error;
	atomic_t uses;
	volatile long ticks;
	const u64 serial;
	long matrix[2][3];
	int __percpu *visits;
	union {
		int whole;
		char letters[4];
	} named;
	unsigned short count;
	u32 items[];
};

/* Two eightbytes: it travels in two registers. */
struct span {
	u32 first;
	u32 last;
	const char *unit;
};

extern long lab_sink;

int parcel_inspect(struct parcel *parcel, int depth);
void parcel_drop(struct parcel *parcel);

#endif
