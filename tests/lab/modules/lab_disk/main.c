// SPDX-License-Identifier: MIT OR GPL-2.0
// Registers /dev/labdisk.
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/numa.h>
#include <linux/string.h>
#include <linux/version.h>

#include "disk.h"

static struct blk_mq_tag_set tags = {
	.ops = &arm_ops,
	.nr_hw_queues = 1,
	.queue_depth = 16,
	.numa_node = NUMA_NO_NODE,
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
	.flags = BLK_MQ_F_SHOULD_MERGE,
#endif
};

static const struct block_device_operations disk_operations = {
	.owner = THIS_MODULE,
};

static struct gendisk *disk_allocate(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	return blk_mq_alloc_disk(&tags, NULL, NULL);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
	return blk_mq_alloc_disk(&tags, NULL);
#else
	struct request_queue *queue = blk_mq_init_queue(&tags);
	struct gendisk *disk;

	if (IS_ERR(queue))
		return ERR_CAST(queue);
	disk = alloc_disk(1);
	if (disk)
		disk->queue = queue;
	return disk;
#endif
}

static int disk_add(struct gendisk *disk)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
	return add_disk(disk);
#else
	add_disk(disk);
	return 0;
#endif
}

static int __init lab_disk_init(void)
{
	struct gendisk *disk;
	int major = register_blkdev(0, "labdisk");
	int error;

	if (major < 0)
		return major;
	error = blk_mq_alloc_tag_set(&tags);
	if (error)
		return error;
	disk = disk_allocate();
	if (IS_ERR_OR_NULL(disk))
		return disk ? PTR_ERR(disk) : -ENOMEM;
	disk->major = major;
	disk->first_minor = 0;
	disk->minors = 1;
	disk->fops = &disk_operations;
	strscpy(disk->disk_name, "labdisk", sizeof(disk->disk_name));
	set_capacity(disk, DISK_SECTORS);
	return disk_add(disk);
}

module_init(lab_disk_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: a disk that does not answer");
