// IAddressTranslator: from kernel virtual to physical addresses, one implementation per architecture.
using VaQuest.Binary;

namespace VaQuest.Kernel.Memory;

/// <summary>Translates kernel virtual addresses. Safe for concurrent callers; never throws on data.</summary>
public interface IAddressTranslator
{
    /// <summary>Finds the mapping that holds <paramref name="address"/>.</summary>
    Translation Translate(VirtAddr address);
}
