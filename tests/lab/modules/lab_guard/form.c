// SPDX-License-Identifier: MIT OR GPL-2.0
// The field takes what it is given: what is longer than it goes over the guard word and the return address.
#include <linux/compiler.h>

#include "form.h"

static noinline void field_copy(char *field, const char *text, unsigned int length)
{
	unsigned int i;

	for (i = 0; i < length; i++)
		WRITE_ONCE(field[i], text[i]);
}

noinline unsigned int form_fill(const char *text, unsigned int length)
{
	char field[16] = "";
	unsigned int i, letters = 0;

	field_copy(field, text, length);
	for (i = 0; i < sizeof(field); i++)
		letters += READ_ONCE(field[i]) > ' ';
	return letters;
} /* lab: form_fill */
