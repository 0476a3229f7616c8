// IObjectNamer: says what an address belongs to.
using VaQuest.Binary;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Names objects for explanations. Safe for concurrent use; never throws on data.</summary>
internal interface IObjectNamer
{
    /// <summary>What holds an address; null when nothing certain can be said.</summary>
    ObjectNote? Find(VirtAddr address);
}
