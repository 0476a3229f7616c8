// VmssRegion: a stretch of guest memory in a VMware memory image.
namespace VaQuest.Dumps.Formats.VMware;

/// <summary>Pages that follow each other both in the image and in the guest; filled tag by tag.</summary>
internal sealed class VmssRegion
{
    /// <summary>First page in the image.</summary>
    public ulong ImagePage { get; set; }

    /// <summary>First page of the guest.</summary>
    public ulong GuestPage { get; set; }

    public ulong Pages { get; set; }
}
