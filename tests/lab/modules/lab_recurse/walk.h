/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A tree of folders. */
#ifndef LAB_WALK_H
#define LAB_WALK_H

struct folder {
	const char *name;
	struct folder *parent;
	struct folder *child;
};

unsigned long walk_folder(struct folder *folder, unsigned int depth);

#endif
