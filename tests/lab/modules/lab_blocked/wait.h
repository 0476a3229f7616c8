/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* The ways to wait. */
#ifndef LAB_WAIT_H
#define LAB_WAIT_H

struct way {
	const char *name;
	int (*wait)(void *argument);
};

extern const struct way ways[];
extern const unsigned int way_count;

int wait_hold_all(void *unused);
long wait_for_reader(void);

#endif
