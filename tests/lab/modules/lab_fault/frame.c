// SPDX-License-Identifier: MIT OR GPL-2.0
// Frames that are damaged: a text copied past its buffer, a return address that is overwritten.
#include <linux/compiler.h>
#include <linux/string.h>

#include "board.h"

static noinline void frame_copy(char *target, const char *text, unsigned int length)
{
	unsigned int i;

	for (i = 0; i < length; i++)
		WRITE_ONCE(target[i], text[i]);
}

/* The length is the text's, not the buffer's. */
noinline int frame_parse(const char *text, unsigned int length)
{
	char word[24] = "";

	frame_copy(word, text, length);
	return word[0] == 'x' ? word[1] : strlen(word) > 20; /* lab: frame_parse */
}

/* What lies above the frame's own return address is left as it was. */
noinline long frame_return_to(struct gauge *gauge, unsigned long address)
{
	unsigned long *slot = __builtin_frame_address(0);

	WRITE_ONCE(gauge->value, gauge->value + 1);
	WRITE_ONCE(slot[1], address); /* lab: frame_return_to */
	return gauge->value;
}
