// SPDX-License-Identifier: MIT OR GPL-2.0
// Counts the letters of a path, folder by folder. A folder that is its own child has no end.
#include <linux/compiler.h>
#include <linux/string.h>

#include "walk.h"

static noinline unsigned long walk_children(struct folder *folder, unsigned int depth)
{
	return walk_folder(folder->child, depth + 1) + 1; /* lab: walk_children */
}

noinline unsigned long walk_folder(struct folder *folder, unsigned int depth)
{
	char path[192];
	unsigned long letters;

	strscpy(path, folder->name, sizeof(path));
	letters = strlen(path);
	if (folder->child)
		letters += walk_children(folder, depth); /* lab: walk_folder */
	barrier_data(path);
	return letters;
}
