// Translation: the result of translating one virtual address.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>
/// Where a virtual address is. When <see cref="Status"/> is not Ok there is no physical address.
/// </summary>
/// <param name="Status">Ok, Unmapped, or why a page-table page could not be read.</param>
/// <param name="Physical">Physical address of exactly the asked byte.</param>
/// <param name="PageBytes">Size of the mapping that holds it: 4 KiB, 2 MiB, 1 GiB, or the rest of a linear range.</param>
/// <param name="Method">How it is known.</param>
public readonly record struct Translation(ReadStatus Status, PhysAddr Physical, ulong PageBytes, TranslationMethod Method)
{
    public bool IsOk => Status == ReadStatus.Ok;

    public static Translation Failed(ReadStatus status) => new(status, default, 0, TranslationMethod.None);
}
