// SPDX-License-Identifier: MIT OR GPL-2.0
// Faulty memory: bits change although nobody wrote there; code is reached through a second mapping of its page.
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "route.h"

noinline void flip_pointer(struct hop **pointer, unsigned int bit)
{
	WRITE_ONCE(*(unsigned long *)pointer, *(unsigned long *)pointer ^ (1ul << bit));
}

static void *alias_of(void *code, void **mapping)
{
	unsigned long address = (unsigned long)code;
	bool module = address >= MODULES_VADDR && address < MODULES_END;
	struct page *page = module ? vmalloc_to_page(code) : virt_to_page(lm_alias(code));

	*mapping = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	return *mapping ? *mapping + offset_in_page(code) : NULL;
}

noinline int flip_code(void *code, unsigned int bit)
{
	void *mapping;
	u8 *alias = alias_of(code, &mapping);

	if (!alias)
		return -ENOMEM;
	*alias ^= 1u << bit;
	vunmap(mapping);
	return 0;
}

noinline int clear_code(void *code, unsigned int bytes)
{
	void *mapping;
	u8 *alias = alias_of(code, &mapping);

	if (!alias)
		return -ENOMEM;
	memset(alias, 0, bytes);
	vunmap(mapping);
	return 0;
}
