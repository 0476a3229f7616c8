// SPDX-License-Identifier: MIT OR GPL-2.0
// The containers, each with known content and a global pointer to it, and numbers of every size.
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/llist.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/version.h>
#include <linux/xarray.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#include <linux/maple_tree.h>
#endif

#include "shelf.h"

#define PARCELS 4

struct numbers {
	s8 small;
	u8 byte;
	char letter;
	char newline;
	s16 negative;
	u16 port;
	s32 minus;
	u32 most;
	s64 least;
	u64 highest;
	bool yes;
	bool no;
	__be32 address;
	unsigned long long flags;
	__uint128_t wide;
};

struct slot {
	unsigned int number;
	struct llist_node lnode;
};

struct numbers lab_numbers = {
	.small = -5, .byte = 200, .letter = 'Q', .newline = '\n', .negative = -12345, .port = 54321, .minus = -2000000000,
	.most = 4294967295U, .least = S64_MIN, .highest = U64_MAX, .yes = true, .no = false, .flags = 0xdeadbeefcafef00dULL,
	.wide = ((__uint128_t)0x0123456789abcdefULL << 64) | 0xfedcba9876543210ULL,
};

const struct parcel_ops lab_ops = { .name = "careful", .inspect = parcel_inspect, .drop = parcel_drop };
const char *const lab_colors[] = { "red", "green", NULL, "blue" };
enum shade lab_shades[] = { SHADE_DARK, SHADE_OUT, SHADE_PALE, (enum shade)5 };
char lab_word[8] = "seven c";
char lab_unterminated[4] = { 'f', 'u', 'l', 'l' };
char lab_escaped[] = "tab\t quote\" back\\ \x01 \xc3\xa9";
const volatile int lab_constant = 77;
inspect_fn lab_handler = parcel_inspect;
void *lab_wild = (void *)0xdead000000000100UL;

DEFINE_PER_CPU(long, lab_visits_total);
DEFINE_PER_CPU(struct span, lab_spans);

LIST_HEAD(lab_list);
HLIST_HEAD(lab_hlist);
DEFINE_HASHTABLE(lab_table, 3);
LIST_HEAD(lab_empty_list);
struct rb_root lab_tree = RB_ROOT;
struct rb_root_cached lab_cached_tree = RB_ROOT_CACHED;
DEFINE_XARRAY(lab_xarray);
DEFINE_XARRAY(lab_empty_xarray);
DEFINE_IDR(lab_idr);
LLIST_HEAD(lab_llist);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
DEFINE_MTREE(lab_maple);
struct maple_tree *lab_maple_pointer = &lab_maple;
#endif
struct list_head *lab_list_pointer = &lab_list;
struct hlist_head *lab_hlist_pointer = &lab_hlist;
struct rb_root *lab_tree_pointer = &lab_tree;
struct xarray *lab_xarray_pointer = &lab_xarray;
struct parcel *lab_parcel;
static struct slot slots[3] = { { .number = 10 }, { .number = 11 }, { .number = 12 } };
static struct span spans[200];

static void add_to_tree(struct rb_root *root, struct parcel *parcel)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = parcel->count < rb_entry(parent, struct parcel, node)->count ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&parcel->node, parent, link);
	rb_insert_color(&parcel->node, root);
}

static struct parcel *make_parcel(unsigned int number)
{
	static const char *const labels[PARCELS] = { "first", "second", "third", "fourth and long" };
	unsigned int i, items = number + 2;
	struct parcel *parcel = kzalloc(struct_size(parcel, items, items), GFP_KERNEL);

	if (!parcel)
		return NULL;
	strscpy(parcel->label, labels[number], sizeof(parcel->label));
	parcel->origin = number == 0 ? "harbour" : NULL;
	parcel->shade = number == 0 ? SHADE_OUT : SHADE_PALE;
	parcel->handling = HANDLING_FRAGILE | HANDLING_COOL;
	parcel->bits = (struct packed_bits){ .ready = 1, .kind = 5, .delta = -9, .wide = 0xabcde, .serial = 0x123456789aULL,
					     .rest = 0xfedcba, .sealed = true, .shade = SHADE_OUT };
	for (i = 0; i < 3; i++)
		parcel->readings[i] = (struct reading){ .channel = 100 + i, .low = 1000 + i, .high = 2000 + 10 * i, .trend = i - 1 };
	parcel->ops = &lab_ops;
	parcel->self = parcel;
	parcel->error = ERR_PTR(-ENOMEM);
	atomic_set(&parcel->uses, 3 + number);
	parcel->ticks = -1;
	*(u64 *)&parcel->serial = 0x1122334455667788ULL;
	for (i = 0; i < 6; i++)
		parcel->matrix[i / 3][i % 3] = (i / 3 + 1) * 10 + i % 3;
	parcel->visits = alloc_percpu(int);
	memcpy(parcel->named.letters, "wxyz", 4);
	parcel->count = items;
	for (i = 0; i < items; i++)
		parcel->items[i] = 0x100 * (number + 1) + i;
	return parcel;
}

static int fill_indexed(void)
{
	static const unsigned long indices[] = { 0, 5, 63, 64, 4096, 1UL << 20, ULONG_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(indices); i++) {
		spans[i] = (struct span){ .first = i, .last = 10 * i, .unit = "index" };
		if (xa_err(xa_store(&lab_xarray, indices[i], &spans[i], GFP_KERNEL)))
			return -ENOMEM;
	}
	if (xa_err(xa_store(&lab_xarray, 6, xa_mk_value(1234), GFP_KERNEL)))
		return -ENOMEM;
	for (i = 0; i < 3; i++)
		if (idr_alloc(&lab_idr, &spans[i], 7 + 100 * i, 0, GFP_KERNEL) < 0)
			return -ENOMEM;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
	/* Enough ranges for a tree of two levels. */
	for (i = 0; i < 100; i++) {
		spans[100 + i] = (struct span){ .first = 1000 * i, .last = 1000 * i + 499, .unit = "range" };
		if (mtree_store_range(&lab_maple, 1000 * i, 1000 * i + 499, &spans[100 + i], GFP_KERNEL))
			return -ENOMEM;
	}
#endif
	return 0;
}

int shelf_prepare(struct shelf *shelf)
{
	unsigned int i;
	int cpu;

	lab_numbers.address = cpu_to_be32(0xc0a80001);
	for (i = 0; i < PARCELS; i++) {
		struct parcel *parcel = make_parcel(i);

		if (!parcel || !parcel->visits)
			return -ENOMEM;
		list_add_tail(&parcel->link, &lab_list);
		hlist_add_head(&parcel->hash, i < 3 ? &lab_hlist : &lab_table[5]);
		add_to_tree(i < 3 ? &lab_tree : &lab_cached_tree.rb_root, parcel);
		for_each_possible_cpu(cpu)
			*per_cpu_ptr(parcel->visits, cpu) = 1000 * (cpu + 1) + i;
		if (i == 0)
			lab_parcel = parcel;
	}
	lab_cached_tree.rb_leftmost = lab_cached_tree.rb_root.rb_node;
	for (i = 0; i < ARRAY_SIZE(slots); i++)
		llist_add(&slots[i].lnode, &lab_llist);
	for_each_possible_cpu(cpu) {
		per_cpu(lab_visits_total, cpu) = 11 * (cpu + 1);
		per_cpu(lab_spans, cpu) = (struct span){ .first = cpu, .last = cpu + 5, .unit = "cpu" };
	}
	shelf->front = lab_parcel;
	return fill_indexed();
}

noinline long shelf_open(struct shelf *shelf, unsigned int key, const struct ticket *ticket)
{
	struct parcel *parcel = shelf->front;
	enum shade shade = READ_ONCE(parcel->shade);
	long answer = parcel->ops->inspect(parcel, (int)key + 1); /* lab: shelf_open */

	WRITE_ONCE(lab_sink, answer + shade + (long)ticket->number + key);
	shelf->opened++;
	return answer;
}
