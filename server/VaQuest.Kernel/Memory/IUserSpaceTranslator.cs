// IUserSpaceTranslator: addresses of processes to physical ones.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>Implemented by the translations of architectures whose processes' page tables can be walked. Safe for concurrent callers.</summary>
public interface IUserSpaceTranslator
{
    /// <summary>Finds the mapping that holds <paramref name="address"/> in a process.</summary>
    /// <param name="root">Physical address of its top-level table (mm_struct.pgd).</param>
    /// <param name="address">In the process.</param>
    Translation TranslateUser(PhysAddr root, VirtAddr address);
}
