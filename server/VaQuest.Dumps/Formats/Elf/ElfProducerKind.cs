// ElfProducerKind: the producers of ELF vmcores that are told apart.
namespace VaQuest.Dumps.Formats.Elf;

/// <summary>See <see cref="ElfProducer"/>.</summary>
internal enum ElfProducerKind
{
    Unknown,

    /// <summary>/proc/vmcore or makedumpfile -E.</summary>
    Kdump,

    /// <summary>dump-guest-memory or virsh dump --memory-only.</summary>
    Qemu,

    /// <summary>/proc/kcore or a copy of it.</summary>
    Kcore,

    /// <summary>Red Hat's netdump, or diskdump's savecore.</summary>
    Netdump,

    /// <summary>The snap.so extension of crash.</summary>
    Snap,

    VirtualBox,

    /// <summary>A Xen hypervisor with its domain 0.</summary>
    XenHost,
}
