// SPDX-License-Identifier: MIT OR GPL-2.0
// Objects of a cache of our own, pages, mappings, per-CPU variables, an open file, and words of a stack.
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "states.h"

#define PARCELS 50

static DEFINE_PER_CPU(u64, lab_tally) = 7;
static LIST_HEAD(lab_parcels);
static struct kmem_cache *cache;
static u64 __percpu *dynamic;
static void *mapped, *large, *pages, *freed_pages;
static struct page *vmapped[2];

static void tell(const char *name, const void *address)
{
	pr_info("lab: whatis %s %px\n", name, address);
}

static void wrap(void *object)
{
	struct parcel *parcel = object;

	memset(parcel, 0, sizeof(*parcel));
	strscpy(parcel->label, "wrapped", sizeof(parcel->label));
}

/* A constructor keeps the cache from being merged with others of its size. */
static int make_parcels(void)
{
	struct parcel *parcel, *kept = NULL, *freed = NULL;
	int i;

	cache = kmem_cache_create("parcel", sizeof(struct parcel), 0, 0, wrap);
	if (!cache)
		return -ENOMEM;
	for (i = 0; i < PARCELS; i++) {
		parcel = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!parcel)
			return -ENOMEM;
		parcel->number = i;
		list_add_tail(&parcel->link, &lab_parcels);
		if (i == 10)
			kept = parcel;
		if (i == 20)
			freed = parcel;
	}
	tell("cache", cache);
	tell("parcel", kept);
	tell("parcel-label", &kept->label[3]);
	tell("parcel-link", &kept->link.prev);
	list_del(&freed->link);
	kmem_cache_free(cache, freed);
	tell("parcel-freed", freed);
	return 0;
}

static int make_memory(void)
{
	pages = (void *)__get_free_pages(GFP_KERNEL | __GFP_COMP, 2);
	freed_pages = (void *)__get_free_pages(GFP_KERNEL, 4);
	large = vmalloc(3 * PAGE_SIZE);
	vmapped[0] = alloc_page(GFP_KERNEL);
	vmapped[1] = alloc_page(GFP_KERNEL);
	dynamic = alloc_percpu(u64);
	if (!pages || !freed_pages || !large || !vmapped[0] || !vmapped[1] || !dynamic)
		return -ENOMEM;
	mapped = vmap(vmapped, 2, VM_MAP, PAGE_KERNEL);
	if (!mapped)
		return -ENOMEM;
	tell("page-order2", pages + PAGE_SIZE + 16);
	tell("page-struct", virt_to_page(pages));
	free_pages((unsigned long)freed_pages, 4);
	tell("page-freed", freed_pages + 3 * PAGE_SIZE);
	tell("vmalloc", large + 100);
	tell("vmalloc-guard", large + 3 * PAGE_SIZE + 8);
	tell("vmap", mapped + PAGE_SIZE);
	tell("percpu-static", per_cpu_ptr(&lab_tally, 1));
	tell("percpu-dynamic", per_cpu_ptr(dynamic, 0));
	tell("task", current);
	tell("task-comm", &current->comm[2]);
	tell("canary", (void *)current->stack_canary);
	return 0;
}

int states_make(void)
{
	int error = make_parcels();

	return error ? error : make_memory();
}

int states_of_file(int descriptor)
{
	struct file *file = fget(descriptor);
	struct page *page;

	if (!file)
		return -EBADF;
	tell("file", file);
	tell("dentry", file->f_path.dentry);
	tell("inode", file_inode(file));
	page = find_get_page(file->f_mapping, 0);
	if (page) {
		tell("file-page", page_address(page));
		put_page(page);
	}
	fput(file);
	return 0;
}

noinline void states_stop(int number)
{
	struct parcel local = { .number = 4711, .label = "on the stack" };
	struct parcel *volatile shown = &local;

	tell("stack-local", &shown->label);
	panic("lab: whatis %d", number + (int)shown->number); /* lab: states_stop */
}
