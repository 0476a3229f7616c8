/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* The disk's size, and the operations of its queue. */
#ifndef LAB_DISK_H
#define LAB_DISK_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>

/* In sectors of 512 bytes. */
#define DISK_SECTORS 2048
#define STUCK_FROM 128

extern const struct blk_mq_ops arm_ops;

#endif
